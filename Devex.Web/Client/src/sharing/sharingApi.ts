import type { Member, MemberList, NewShareLink, ShareLinkList } from "../protocol/api.js";
import type { Role } from "../protocol/session.js";
import type { Api } from "../session/api.js";

/** Who has access to a REPL, and the links by which people get it. */
export class SharingApi {
  readonly #api: Api;
  readonly #repl: string;

  constructor(api: Api) {
    this.#api = api;
    this.#repl = `/repls/${api.replId}`;
  }

  members(): Promise<MemberList> {
    return this.#api.get<MemberList>(`${this.#repl}/members`);
  }

  setRole(user: string, role: Role): Promise<Member> {
    return this.#api.send<Member>("PUT", `${this.#repl}/members/${encodeURIComponent(user)}`, { role });
  }

  remove(user: string): Promise<void> {
    return this.#api.send<void>("DELETE", `${this.#repl}/members/${encodeURIComponent(user)}`);
  }

  leave(): Promise<void> {
    return this.#api.send<void>("DELETE", `${this.#repl}/membership`);
  }

  links(): Promise<ShareLinkList> {
    return this.#api.get<ShareLinkList>(`${this.#repl}/links`);
  }

  makeLink(role: Role, days: number): Promise<NewShareLink> {
    return this.#api.send<NewShareLink>("POST", `${this.#repl}/links`, { role, days });
  }

  revoke(link: string): Promise<void> {
    return this.#api.send<void>("DELETE", `${this.#repl}/links/${encodeURIComponent(link)}`);
  }
}
