/** Octokit's pagination against a server that is not GitHub. */
import type { Page } from "../byHand.js"

type Pages = (query: string, headers: Readonly<Record<string, string>>) => AsyncIterable<Page>

export const withOctokit = async (baseUrl: string): Promise<Pages> => {
  const [{ Octokit }, { paginateRest }] = await Promise.all([
    import("@octokit/core"),
    import("@octokit/plugin-paginate-rest")
  ])
  const octokit = new (Octokit.plugin(paginateRest))({ baseUrl })
  return async function*(query, headers) {
    // Octokit types the answers as GitHub's.
    for await (const { data } of octokit.paginate.iterator(`GET /exports?${query}`, { headers })) {
      yield data as unknown as Page
    }
  }
}
