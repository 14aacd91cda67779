/** Every function of orval's client calls this: the client itself has no place for an address. */
export async function orvalFetch<Result>(
  path: string,
  { baseUrl, ...options }: RequestInit & { baseUrl?: string },
): Promise<Result> {
  const response = await fetch(`${baseUrl}${path}`, options);
  const { status, headers } = response;
  return { data: await response.json(), status, headers } as Result;
}
