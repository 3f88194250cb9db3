/** A day and time, as people here have them. */
export function moment(at: string | Date): string {
  const date = new Date(at);
  return `${date.toLocaleDateString("en", { day: "numeric", month: "short" })}, ${clock(date)}`;
}

/** Times in words of Core's, in which they are exact and UTC, as people here have them: of today without the day. */
export function localTimes(text: string, now = new Date()): string {
  return text.replace(/\b(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}Z)\b/g, (_, day: string, hour: string) => {
    const date = new Date(`${day}T${hour}`);
    return date.toDateString() === now.toDateString() ? clock(date) : moment(date);
  });
}

/** Hours and minutes. */
export const clock = (date: Date): string => date.toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
