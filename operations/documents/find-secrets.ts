import { lintSource } from '@secretlint/core';
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend';
import { getLocation } from 'jsonc-parser';

/** A place in a document that seems to hold a secret: its path in dots and the rule that says so, never the value. */
export interface SecretFinding {
  readonly path: string;
  readonly rule: string;
}

/** As many as a person looks through; past these the warning has done its work. */
const MOST = 100;
const SECRET_HEADER = /^(?:(?:proxy-)?authorization|cookie|x-api-key|api-key|x-auth-token)$/i;
const SECRET_NAME = /pass(?:word|wd|phrase)|secret|token|api[-_]?key|private[-_]?key|credential/i;
/** Entries of a Postman `auth` block that name things instead of holding them. */
const AUTH_SETTINGS =
  /^(?:in|key|algorithm|headerPrefix|addTokenTo|tokenType|tokenName|grant_type|client_authentication|username|realm|region|service|signatureMethod|version|qop|.*[uU]rl|scope)$/;

/**
 * Where a collection seems to hold secrets (KEY-2): what secretlint's recommended rules find, and values that Postman's own
 * form says are some: of `auth` blocks, authorization headers, and variables named like secrets. A value that is a
 * variable's name alone (`{{token}}`) is none.
 * @param content the document's JSON text
 */
export async function findSecrets(content: string): Promise<readonly SecretFinding[]> {
  const found = [...inForm(JSON.parse(content) as unknown), ...(await byRules(content))];
  const once = new Map(found.map((finding) => [`${finding.path} ${finding.rule}`, finding]));
  return [...once.values()].slice(0, MOST);
}

async function byRules(content: string): Promise<SecretFinding[]> {
  const { messages } = await lintSource({
    source: { content, filePath: 'collection.json', ext: '.json', contentType: 'text' },
    options: {
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }] },
      noPhysicFilePath: true,
      maskSecrets: true,
    },
  });
  // Of all that the rules say only the place and the rule's name go on: their messages quote the value.
  return messages.slice(0, MOST).map(({ range, ruleId }) => ({
    path: getLocation(content, range[0]).path.join('.'),
    rule: ruleId.replace('@secretlint/secretlint-rule-', ''),
  }));
}

function inForm(document: unknown): SecretFinding[] {
  const found: SecretFinding[] = [];
  const left: { value: unknown; path: readonly string[]; inAuth: boolean }[] = [
    { value: document, path: [], inAuth: false },
  ];
  for (let next = left.pop(); next !== undefined && found.length < MOST; next = left.pop()) {
    const { value, path, inAuth } = next;
    if (typeof value !== 'object' || value === null) continue;
    const rule = ruleFor(value, path, inAuth);
    if (rule !== null) found.push({ path: [...path, 'value'].join('.'), rule });
    for (const [key, child] of Object.entries(value).reverse()) {
      const isDirect = inAuth && !Array.isArray(value) && isSecretEntry(key, child);
      if (isDirect && !('key' in value)) found.push({ path: [...path, key].join('.'), rule: 'auth-value' });
      left.push({ value: child, path: [...path, key], inAuth: inAuth || key === 'auth' });
    }
  }
  return found;
}

/** The rule by which an entry `{key, value}` seems to hold a secret, or null. */
function ruleFor(entry: object, path: readonly string[], inAuth: boolean): string | null {
  const { key, value, type } = entry as { key?: unknown; value?: unknown; type?: unknown };
  if (typeof key !== 'string' || !isLiteral(value)) return null;
  if (inAuth) return isSecretEntry(key, value) ? 'auth-value' : null;
  const list = path.at(-2);
  if (list === 'header' && SECRET_HEADER.test(key)) return 'authorization-header';
  if (list === 'variable' && (type === 'secret' || SECRET_NAME.test(key))) return 'secret-variable';
  if (SECRET_NAME.test(key)) return 'secret-field';
  return null;
}

function isSecretEntry(key: string, value: unknown): boolean {
  return key !== 'type' && !AUTH_SETTINGS.test(key) && isLiteral(value);
}

function isLiteral(value: unknown): boolean {
  return (
    typeof value === 'string' && value.trim() !== '' && !/^(?:\w+\s+)?\{\{[^{}]*\}\}$/.test(value.trim())
  );
}
