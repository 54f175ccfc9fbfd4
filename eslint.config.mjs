import effect from "@effect/eslint-plugin"
import parser from "@typescript-eslint/parser"

// Imports run one way: cli -> http -> core, cli -> simulator. The simulator is a witness and knows neither.
const directions = {
  core: ["@effect-didww/*", "@effect/*", "node:*"],
  http: [
    "@effect-didww/simulator",
    "@effect-didww/simulator/*",
    "@effect-didww/cli",
    "@effect/platform-node",
    "node:*"
  ],
  simulator: ["@effect-didww/*"]
}

const forbidden = [
  { selector: "TSAnyKeyword", message: "no any" },
  { selector: "ThrowStatement", message: "fail with a typed error instead" }
]

const casts = {
  selector: "TSAsExpression:not([typeAnnotation.typeName.name='const'])",
  message: "no casts in a public module"
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
      eqeqeq: ["error", "always", { null: "ignore" }],
      "prefer-const": "error",
      "no-console": "error"
    }
  },
  ...Object.entries(directions).map(([name, group]) => ({
    files: [`packages/${name}/src/**/*.ts`],
    rules: { "no-restricted-imports": ["error", { patterns: [{ group, message: `not from ${name}` }] }] }
  })),
  // the one entry that is Node's
  { files: ["packages/http/src/NodeGunzip.ts"], rules: { "no-restricted-imports": "off" } },
  {
    files: ["packages/*/src/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...forbidden, casts] }
  }
]
