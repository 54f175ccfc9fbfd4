// Checks that imports form no circle at run time. Type-only imports do not count, because compilation removes them.
export default {
  forbidden: [
    { name: "circle", severity: "error", from: {}, to: { circular: true } },
    {
      // An import that does not resolve could hide a circle. The bench's contenders are installed only with the bench.
      name: "unresolved",
      severity: "error",
      from: { pathNot: "^packages/bench" },
      to: { couldNotResolve: true }
    }
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.base.json" },
    tsPreCompilationDeps: false,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "default"] }
  }
}
