/** The file system of the process. */
import * as NodeFiles from "@effect-didww/http/NodeFiles"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Layer from "effect/Layer"

/** Opens no file through a link that another process planted, and keeps renamed files over a power cut. */
export const layer: Layer.Layer<FileSystem.FileSystem> = Layer.provide(NodeFiles.layer, NodeFileSystem.layer)
