import { inLanes } from '../../activities/lanes';
import { createSlackControl } from '../../embedded/slack/control';
import { createRest } from '../../embedded/rest';
import { eventually } from '../../embedded/tour/eventually';
import type { CaughtMail } from '../../embedded/tour/mailbox';
import { caughtMails, mailedPeople } from '../support/caught-mails';
import { newCopy, type RunningCopy } from '../support/running-copy';
import { northwind } from '../support/seeded-team';

const CROWD = 1_000;
const TITLE = 'Ben Torres shared the collection “Orders” with you as viewer';

describe('a share with a group of a thousand', () => {
  let copy: RunningCopy;

  beforeAll(async () => {
    copy = await newCopy({ RATE_TOKEN: '0' });
    await copy.start();
  }, 120_000);
  afterAll(() => copy.discard(), 60_000);

  it('answers at once and tells each once, although everything is killed twice meanwhile (SHARE-3, SHARE-9)', async () => {
    const { publicUrl, operatorToken, mailUrl, slackUrl } = copy.places();
    const { operator, teamId, elementId, as } = await northwind(copy.places());
    const slack = createSlackControl(slackUrl);
    await fetch(new URL(`/v1/teams/${teamId}`, publicUrl), {
      method: 'PATCH',
      headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ seats: CROWD + 10 }),
    });
    const crowd: { readonly userId: string; readonly email: string; readonly slackUserId: string }[] = [];
    const numbers = Array.from({ length: CROWD }, (_, number) => number);
    await inLanes(numbers, 8, async (number) => {
      const person = { email: `p${number}@crowd.example`, name: `Person ${number}` };
      const member = { ...person, roles: ['developer'] };
      const { userId } = await operator.post<{ userId: string }>(`/v1/teams/${teamId}/members`, member);
      const { id: slackUserId } = await slack.ensureUser(person);
      crowd.push({ userId, email: person.email, slackUserId });
    });
    const ada = await as('ada@northwind.example');
    const group = { name: 'All', memberIds: crowd.map(({ userId }) => userId) };
    const { id: groupId } = await ada.post<{ id: string }>(`/v1/teams/${teamId}/groups`, group);

    const ben = await as('ben@northwind.example');
    const before = Date.now();
    await ben.post(`/v1/elements/${elementId}/shares`, { recipients: [{ groupId, role: 'viewer' }] });
    expect(Date.now() - before).toBeLessThan(1_000);

    const isMeant = ({ subject }: CaughtMail) => subject === TITLE;
    for (const some of [100, 500]) {
      await eventually(
        `mail ${some}`,
        async () => ((await caughtMails(mailUrl, isMeant)).length >= some ? true : null),
        240_000,
      );
      await copy.kill();
      await copy.start();
    }
    const ids = await mailedPeople(mailUrl, isMeant, CROWD, 300_000);
    // A repeat is allowed only behind the mail server's acceptance, and then it is recognisable.
    expect(crowd.filter(({ email }) => ids.get(email)?.size !== 1)).toEqual([]);

    const untold: string[] = [];
    await eventually(
      'the last direct message',
      async () => {
        untold.length = 0;
        await inLanes(crowd, 8, async ({ slackUserId, email }) => {
          const messages = await slack.messages({ channel: slackUserId }).catch(() => []);
          expect(messages.length).toBeLessThan(2);
          if (messages.length === 0) untold.push(email);
        });
        return untold.length === 0 ? true : null;
      },
      180_000,
    );
    const everyTenth = crowd.filter((_, index) => index % 10 === 0);
    await inLanes(everyTenth, 8, async ({ userId }) => {
      const { token } = await operator.post<{ token: string }>(`/v1/users/${userId}/tokens`, {
        name: 'test',
      });
      const { data } = await createRest(publicUrl, token).get<{ data: { title: string }[] }>(
        '/v1/me/notifications',
      );
      expect(data.map(({ title }) => title)).toEqual([TITLE]);
    });
  }, 900_000);
});
