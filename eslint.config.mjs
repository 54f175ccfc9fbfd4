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

const runs = {
  selector: "MemberExpression[property.name=/^(unsafeR|r)un(Sync|Promise|Fork|Callback|Main)/]",
  message: "a library runs no effect: its user does"
}

// A service's key is where it stands, one for each module, and so nobody else's.
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
        if (argument.value !== key || isTaken) context.report({ node: argument, message: `the one key here is ${key}` })
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
      eqeqeq: ["error", "always", { null: "ignore" }],
      "prefer-const": "error",
      "no-console": "error"
    }
  },
  ...Object.entries(directions).map(([name, group]) => ({
    files: [`packages/${name}/src/**/*.ts`],
    rules: { "no-restricted-imports": ["error", { patterns: [{ group, message: `not from ${name}` }] }] }
  })),
  // the entries that are Node's
  { files: ["packages/http/src/Node*.ts"], rules: { "no-restricted-imports": "off" } },
  {
    files: ["packages/*/src/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...forbidden, casts] }
  },
  {
    files: ["packages/{core,http,simulator}/src/**/*.ts"],
    plugins: { "@effect-didww": { rules: { keys } } },
    rules: { "no-restricted-syntax": ["error", ...forbidden, runs], "@effect-didww/keys": "error" }
  },
  {
    files: ["packages/{core,http,simulator}/src/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...forbidden, casts, runs] }
  }
]
