/** The numbers of a cell in the splitter's table of cells: its bounds, and flags for how it was written. */

/** The flags of a cell. A record has the flags of all its cells. */
export const Flag = {
  /** The cell stood in quotes: if it is empty, it is blank and not null. */
  quoted: 1,
  /** The cell has doubled quotes. */
  escaped: 2,
  /** The cell has bytes that are not ASCII. */
  nonAscii: 4,
  /** Text follows the closing quote. The bounds are those of the raw text with its quotes. */
  broken: 8,
  /** The limit of the record cut the cell, which is raw. */
  oversize: 16,
  /** The file ended within the quotes of the cell, which is raw. */
  unclosed: 32,
  /** The quote that opens the cell is stray. The cell is raw, and ends before the line where reading went on. */
  stray: 64
} as const

/** The flags of a cell that is not CSV. */
export const malformed = Flag.broken | Flag.oversize | Flag.unclosed | Flag.stray

/** The numbers of a cell in `cells`: where it starts, where it ends, and its flags. */
export const stride = 3
