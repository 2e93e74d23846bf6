/** Who is mentioned in a text as Slack has it, each once. */
export function mentionedIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g)].flatMap(([, id]) => id ?? []))];
}

/**
 * A text as a person reads it in Slack: mentions as names, links as their words or addresses, escapes undone.
 * @param nameOf the name of who is mentioned, by their Slack id
 */
export function plainWords(text: string, nameOf: (slackUserId: string) => string): string {
  const shown = text.replace(/<([^<>]*)>/g, (_whole, inside: string) => {
    const [target = '', label] = inside.split('|', 2);
    if (target.startsWith('@')) return `@${nameOf(target.slice(1))}`;
    if (target.startsWith('#')) return `#${label ?? target.slice(1)}`;
    if (target.startsWith('!')) return label ?? `@${target.slice(1).split('^', 1)[0] ?? ''}`;
    if (label === undefined || label === target) return target;
    return target.startsWith('mailto:') ? label : `${label} (${target})`;
  });
  return shown.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').trim();
}
