/** A text that can be found by some of its letters, prepared once. */
export interface Candidate {
  text: string;
  lower: string;
  /** Where the last name of a path begins. */
  name: number;
  /** One bit for each letter that occurs. */
  letters: number;
}

export interface Ranked {
  candidate: Candidate;
  score: number;
}

const separator = /[/\\_\-. ]/;

export function candidate(text: string): Candidate {
  const lower = text.toLowerCase();
  return { text, lower, name: lower.lastIndexOf("/") + 1, letters: lettersOf(lower) };
}

/**
 * The best of the candidates for some letters, best first. All letters must occur in order; letters together, at the beginning of words and in the last
 * name count more, and so does a short text. Terms with spaces between are found each for itself.
 */
export function rank(query: string, candidates: readonly Candidate[], most: number): Ranked[] {
  const terms = query.toLowerCase().split(/\s+/).filter((term) => term !== "");
  const wanted = lettersOf(terms.join(""));
  const best: Ranked[] = [];
  for (const one of candidates) {
    if ((one.letters & wanted) !== wanted) continue;
    let score = 0;
    for (const term of terms) {
      const found = scoreOf(term, one);
      if (found === undefined) {
        score = NaN;
        break;
      }
      score += found;
    }
    if (Number.isNaN(score)) continue;
    const last = best.at(-1);
    if (best.length === most && last && !before({ candidate: one, score }, last)) continue;
    insert(best, { candidate: one, score }, most);
  }
  return best;
}

/** Which letters of a candidate stand for those of the query, in order. */
export function marks(query: string, one: Candidate): number[] {
  const places = new Set<number>();
  for (const term of query.toLowerCase().split(/\s+/).filter((t) => t !== "")) for (const place of placesOf(term, one)) places.add(place);
  return [...places].sort((a, b) => a - b);
}

function before(a: Ranked, b: Ranked): boolean {
  if (a.score !== b.score) return a.score > b.score;
  return a.candidate.text.length !== b.candidate.text.length ? a.candidate.text.length < b.candidate.text.length : a.candidate.text < b.candidate.text;
}

function insert(best: Ranked[], ranked: Ranked, most: number): void {
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(best[middle] as Ranked, ranked)) low = middle + 1;
    else high = middle;
  }
  best.splice(low, 0, ranked);
  if (best.length > most) best.pop();
}

function scoreOf(term: string, one: Candidate): number | undefined {
  const places = placesOf(term, one);
  if (places.length === 0) return undefined;
  let score = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    score += 1;
    if (i > 0 && place === (places[i - 1] as number) + 1) score += 5;
    if (isStart(one, place)) score += 4;
    if (place >= one.name) score += 2;
    if (place === one.name) score += 6;
  }
  return score - one.text.length / 200;
}

/** The last name alone is tried first: who types a name means the file, not a folder on its way. */
function placesOf(term: string, one: Candidate): number[] {
  const inName = tightest(term, one.lower, one.name);
  return inName.length > 0 ? inName : tightest(term, one.lower, 0);
}

/** Forward to find an end, then back from there to the nearest beginning. */
function tightest(term: string, text: string, from: number): number[] {
  const whole = text.indexOf(term, from);
  if (whole >= 0) return Array.from(term, (_, i) => whole + i);
  let at = from;
  for (let i = 0; i < term.length; i++) {
    at = text.indexOf(term.charAt(i), at);
    if (at < 0) return [];
    at++;
  }
  const places = new Array<number>(term.length);
  for (let i = term.length - 1; i >= 0; i--) {
    at = text.lastIndexOf(term.charAt(i), at - 1);
    places[i] = at;
  }
  return places;
}

function isStart(one: Candidate, place: number): boolean {
  if (place === 0) return true;
  const previous = one.text.charAt(place - 1);
  return separator.test(previous) || (previous === previous.toLowerCase() && one.text.charAt(place) !== one.lower.charAt(place));
}

function lettersOf(text: string): number {
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 97 && code <= 122) letters |= 1 << (code - 97);
  }
  return letters;
}
