// What scripts of pages ask of Core. What it says no with is thrown, in words for the reader, with its status.
const patience = 10_000;
const away = "Devex does not answer at the moment. Try again in a few seconds.";

export async function ask(path, options) {
  const response = await fetch(path, { signal: AbortSignal.timeout(patience), ...options }).catch(() => undefined);
  const answer = await response?.json().catch(() => undefined);
  if (!response?.ok || answer === undefined) throw Object.assign(new Error(answer?.detail ?? away), { status: response?.status ?? 0 });
  return answer;
}

/** What a request that changes something carries, so that no other site can send it. */
export const antiforgery = async () => ({ "X-Devex-Antiforgery": (await ask("/api/antiforgery")).token });

export const post = async (path, body) => ask(path, {
  method: "POST",
  headers: { ...await antiforgery(), ...(body && { "Content-Type": "application/json" }) },
  body: body && JSON.stringify(body),
});
