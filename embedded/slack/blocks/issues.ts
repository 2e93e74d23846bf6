import type { z } from 'zod';

/**
 * Words a schema's findings as Slack does, each with a JSON pointer to the place.
 * @param issues - what zod found.
 * @param root - pointer of the checked value, `/blocks` or `/view`.
 * @returns lines such as `must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]`.
 */
export function issueMessages(issues: readonly z.core.$ZodIssue[], root: string): string[] {
  return issues.map((issue) => `${wording(issue)} [json-pointer:${pointer(root, place(issue))}]`);
}

function place(issue: z.core.$ZodIssue): PropertyKey[] {
  return isMissing(issue) ? issue.path.slice(0, -1) : issue.path;
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return (
    issue.code === 'invalid_type' && issue.message.endsWith('received undefined') && issue.path.length > 0
  );
}

function pointer(root: string, path: readonly PropertyKey[]): string {
  return [root, ...path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
}

function wording(issue: z.core.$ZodIssue): string {
  if (isMissing(issue)) return `missing required field: ${String(issue.path.at(-1))}`;
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'string'
        ? `must be less than ${Number(issue.maximum) + 1} characters`
        : `no more than ${String(issue.maximum)} items allowed`;
    case 'too_small':
      return issue.origin === 'string'
        ? `must be more than ${Number(issue.minimum) - 1} characters`
        : `no fewer than ${String(issue.minimum)} items allowed`;
    case 'unrecognized_keys':
      return `invalid additional property: ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return 'unsupported type, or not allowed on this surface';
    default:
      return issue.message;
  }
}
