/** The schemas of a table's entries, by key. The keys keep the docs that they have in the table. */

export const properties = <Table extends Readonly<Record<string, { readonly property: unknown }>>>(
  table: Table
): { readonly [Key in keyof Table]: Table[Key]["property"] } => pick(table, "property")

export const options = <Table extends Readonly<Record<string, { readonly option: unknown }>>>(
  table: Table
): { readonly [Key in keyof Table]: Table[Key]["option"] } => pick(table, "option")

const pick = <Name extends string, Table extends Readonly<Record<string, { readonly [N in Name]: unknown }>>>(
  table: Table,
  name: Name
): { readonly [Key in keyof Table]: Table[Key][Name] } =>
  // `Object.fromEntries` forgets which key has which value
  Object.fromEntries(Object.entries(table).map(([key, entry]) => [key, entry[name]])) as {
    readonly [Key in keyof Table]: Table[Key][Name]
  }
