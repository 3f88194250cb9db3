/** What this browser remembers of the workbench's looks; private modes may refuse. */
export const remembered = {
  get(key: string): string | undefined {
    try {
      return localStorage.getItem(`devex.${key}`) ?? undefined;
    } catch {
      return undefined;
    }
  },
  set(key: string, value: string): void {
    try {
      localStorage.setItem(`devex.${key}`, value);
    } catch {
      // Looks are not worth an error.
    }
  },
};
