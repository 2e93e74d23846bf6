import type { z } from 'zod';
import type { InputFault } from '../../domain/refusal';

/** As many faults as help to mend a document; more would only repeat one mistake. */
const MAX_FAULTS = 20;

type Issue = z.core.$ZodIssue;

/** A schema's issues as faults, each with its path in dots below `root`. */
export function schemaFaults(error: z.ZodError, root: string): InputFault[] {
  return error.issues.flatMap((issue) => faultsOf(issue, root === '' ? [] : [root])).slice(0, MAX_FAULTS);
}

function faultsOf(issue: Issue, before: readonly PropertyKey[]): InputFault[] {
  const path = [...before, ...issue.path];
  if (issue.code === 'invalid_union') {
    const branch = closest(issue.errors);
    if (branch !== null) return branch.flatMap((inner) => faultsOf(inner, path));
  }
  return [{ path: path.map(String).join('.'), message: issue.message }];
}

/** Of a choice's branches the one that the value was meant for: it fails inside, not already by its type. */
function closest(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  return (
    branches.find((issues) => issues.length > 0 && issues.every((issue) => issue.path.length > 0)) ?? null
  );
}
