import { mentionedIn, plainWords } from '../../bot/plain-words';

describe('what people write in Slack, as it stands elsewhere (INVITE-8)', () => {
  const shown = (text: string) => plainWords(text, (id) => (id === 'U1' ? 'Ada' : 'somebody'));

  it.each([
    ['&lt;b&gt; &amp;amp; &amp;', '<b> &amp; &'],
    ['ask <@U1> or <@U2|mei>', 'ask @Ada or @somebody'],
    ['<#C1|orders> and <#C2>', '#orders and #C2'],
    ['<!here> <!channel> <!subteam^S1|@admins>', '@here @channel @admins'],
    ['<https://a.test/?b=1&amp;c=2>', 'https://a.test/?b=1&c=2'],
    ['<https://a.test|a.test> <mailto:z@a.test|z@a.test>', 'a.test (https://a.test) z@a.test'],
    ['*as* `typed` :smile: 1 < 2', '*as* `typed` :smile: 1 < 2'],
  ])('%s', (text, words) => {
    expect(shown(text)).toBe(words);
  });

  it('undoes escapes once, so that nothing typed becomes markup', () => {
    expect(shown('&lt;@U1&gt; &amp;lt;@U1&amp;gt;')).toBe('<@U1> &lt;@U1&gt;');
  });

  it('names each who is mentioned once', () => {
    expect(mentionedIn('<@U1> <@U2|x> <@U1> @U3')).toEqual(['U1', 'U2']);
  });
});
