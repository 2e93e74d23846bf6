import type { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../workflows/contracts/search-attributes';

/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's protocol: all of ours are keywords. */
const KEYWORD = 2;

type Operator = Pick<NativeConnection, 'operatorService'>;

/**
 * Makes sure that the namespace knows the search attributes that runs are started with (OPS-3): a start that names an
 * unknown one is refused.
 * @throws Error with the commands to type, where this process may not register them
 */
export async function ensureSearchAttributes(connection: Operator, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = SEARCH_ATTRIBUTES.filter(({ name }) => !(name in customAttributes));
  if (missing.length === 0) return;
  try {
    await addSearchAttributes(connection, namespace, missing);
  } catch (error) {
    const commands = missing.map(
      ({ name, type }) =>
        `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${type}`,
    );
    throw new Error(`Temporal lacks search attributes. Create them with:\n${commands.join('\n')}`, {
      cause: error,
    });
  }
}

/** Registers search attributes. @throws Temporal's error, such as that one is there already */
export async function addSearchAttributes(
  { operatorService }: Operator,
  namespace: string,
  attributes: readonly { readonly name: string }[] = SEARCH_ATTRIBUTES,
): Promise<void> {
  const searchAttributes = Object.fromEntries(attributes.map(({ name }) => [name, KEYWORD]));
  await operatorService.addSearchAttributes({ namespace, searchAttributes });
}
