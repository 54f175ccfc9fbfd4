import effect from "@effect/eslint-plugin"
import parser from "@typescript-eslint/parser"

// Imports run one way: cli -> sync -> http -> core, cli -> simulator. Each package imports only these, and its own modules.
// The simulator is a witness: it imports neither core nor http.
const imports = {
  core: ["effect"],
  http: ["effect", "@effect/platform", "@effect-didww/core"],
  // It runs on Node, Bun and Deno, and uses the modules of Node that all three have.
  sync: [
    "effect",
    "@effect/platform",
    "@effect-didww/core",
    "@effect-didww/http",
    "node:crypto",
    "node:fs",
    "node:zlib"
  ],
  simulator: ["effect", "@effect/platform"]
}

// Optional entries of a package, with the modules behind them, import more.
const optional = [
  { name: "http", files: "NodeGunzip.ts", also: ["node:zlib"] },
  { name: "http", files: "NodeFiles.ts", also: ["@effect/platform-node", "node:fs", "node:os", "node:path"] },
  {
    name: "http",
    files: "{SharedRateLimit,internal/**/redisStore,internal/**/sharedStore}.ts",
    also: ["@effect/experimental", "ioredis"]
  },
  { name: "sync", files: "{Parquet,internal/parquet/*}.ts", also: ["hyparquet", "hyparquet-writer", "hysnappy"] },
  {
    name: "sync",
    files: "{SqlDestination,internal/sql/**}.ts",
    also: ["@effect/sql", "node:buffer", "node:os"]
  },
  { name: "simulator", files: "SimulatorServer.ts", also: ["@effect/platform-node", "node:http"] }
]

const everywhere = [
  { regex: "^@effect-didww/(cli|bench|examples)(/|$)", message: "Nothing imports cli, bench or examples." },
  {
    regex: "^(@effect-didww/\\w+/(src|dist|internal)|(\\.\\./)+(packages/)?\\w+/src)(/|$)",
    message: "Import the public modules of another package."
  }
]

const restricted = (...patterns) => ({ "no-restricted-imports": ["error", { patterns: [...everywhere, ...patterns] }] })

const only = (name, allowed) => ({
  regex: `^(?!\\.{1,2}/|(${allowed.join("|")})(/|$))`,
  message: `Here ${name} imports only ${allowed.join(", ")}.`
})

const forbidden = [
  { selector: "TSAnyKeyword", message: "Do not use any." },
  { selector: "ThrowStatement", message: "Fail with a typed error instead of throwing." }
]

const casts = {
  selector: "TSAsExpression:not([typeAnnotation.typeName.name='const'])",
  message: "Do not cast in a public module."
}

const runs = {
  selector: "MemberExpression[property.name=/^(unsafeR|r)un(Sync|Promise|Fork|Callback|Main)/]",
  message: "A library runs no effect. Its user does."
}

const longFunction = { max: 60, skipBlankLines: true, skipComments: true, IIFEs: true }

// Tables, which are long by nature.
const tables = ["packages/core/src/internal/attributes.ts", "packages/core/src/internal/columns.ts"]

// A pure machine, with its argument in the header.
const walk = "packages/http/src/internal/**/walk.ts"

// `scan` reads the bytes of a CSV in one loop.
const scan = "packages/core/src/internal/**/csv.ts"

// A service's key is the path of its module, so a module has at most one key and no other module has the same.
const keys = {
  create: (context) => {
    const [, name, module] = /packages\/(\w+)\/src\/(.*)\.ts$/.exec(context.filename.replaceAll("\\", "/"))
    const key = `@effect-didww/${name}/${module}`
    let isTaken = false
    return {
      CallExpression: ({ arguments: [argument], callee }) => {
        const made = callee.type === "CallExpression" ? callee.callee : callee
        const isTag = made.type === "MemberExpression" && ["Context", "Effect"].includes(made.object.name) &&
          ["Tag", "GenericTag", "Reference", "Service"].includes(made.property.name)
        if (!isTag || argument === undefined) return
        if (argument.value !== key || isTaken) {
          context.report({ node: argument, message: `The one key of this module is ${key}.` })
        }
        isTaken = true
      }
    }
  }
}

export default [
  { ignores: ["**/dist/**", "**/build/**", "**/node_modules/**", "**/coverage/**"] },
  {
    files: ["**/*.ts", "**/*.mjs"],
    languageOptions: { parser, parserOptions: { ecmaVersion: 2022, sourceType: "module" } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { "@effect": effect },
    rules: {
      "@effect/dprint": ["error", {
        config: {
          indentWidth: 2,
          lineWidth: 120,
          semiColons: "asi",
          quoteStyle: "alwaysDouble",
          trailingCommas: "never",
          operatorPosition: "maintain",
          "arrowFunction.useParentheses": "force"
        }
      }],
      "no-restricted-syntax": ["error", ...forbidden],
      ...restricted(),
      eqeqeq: ["error", "always", { null: "ignore" }],
      "prefer-const": "error",
      "no-console": "error"
    }
  },
  // The generators read the tables.
  { files: ["scripts/generate.mjs", "scripts/dictionary.mjs"], rules: { "no-restricted-imports": "off" } },
  ...Object.entries(imports).map(([name, allowed]) => ({
    files: [`packages/${name}/src/**/*.ts`],
    rules: restricted(only(name, allowed))
  })),
  ...optional.map(({ also, files, name }) => ({
    files: [`packages/${name}/src/${files}`],
    rules: restricted(only(name, [...imports[name], ...also]))
  })),
  {
    files: ["packages/*/src/**/*.ts"],
    rules: { "max-lines": ["error", 350], "max-lines-per-function": ["error", longFunction] }
  },
  { files: [...tables, walk], rules: { "max-lines": "off" } },
  { files: [...tables, scan], rules: { "max-lines-per-function": "off" } },
  {
    files: ["packages/*/src/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...forbidden, casts] }
  },
  {
    files: ["packages/{core,http,sync,simulator}/src/**/*.ts"],
    plugins: { "@effect-didww": { rules: { keys } } },
    rules: { "no-restricted-syntax": ["error", ...forbidden, runs], "@effect-didww/keys": "error" }
  },
  {
    files: ["packages/{core,http,sync,simulator}/src/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...forbidden, casts, runs] }
  }
]
