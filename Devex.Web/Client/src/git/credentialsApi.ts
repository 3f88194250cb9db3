import type { GitCredentialOffer, MintedGitCredential } from "../protocol/api.js";
import type { GitCredentialAsked } from "../protocol/git.js";
import type { Api } from "../session/api.js";

/** Tokens that Core gets from GitHub for one operation in one repository. */
export class CredentialsApi {
  readonly #api: Api;
  readonly #path: string;

  constructor(api: Api) {
    this.#api = api;
    this.#path = `/repls/${api.replId}/git-credentials`;
  }

  /** Whether Core could get one for this host, for this person. */
  async isOffered(host: string): Promise<boolean> {
    const offer = await this.#api.get<GitCredentialOffer>(this.#path);
    return offer.host === host;
  }

  mint(asked: GitCredentialAsked): Promise<MintedGitCredential> {
    return this.#api.send<MintedGitCredential>("POST", this.#path, { remote: `https://${asked.host}/${asked.path}`, operation: asked.operation });
  }

  /** The operation is over: the token is to be worth nothing from now on. */
  end(password: string): Promise<void> {
    return this.#api.send<void>("POST", `${this.#path}/end`, { password });
  }
}
