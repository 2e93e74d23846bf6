import { Router, type Request } from 'express';
import { CHANNELS, TOPICS } from '../../domain/notices';
import { isClockTime, isTimeZone, type QuietHours } from '../../domain/quiet-hours';
import { Refusal } from '../../domain/refusal';
import { markNotificationsRead } from '../../operations/mark-notifications-read';
import { requirePerson } from '../../operations/parts/caller-rights';
import { setNotificationPreferences } from '../../operations/set-notification-preferences';
import { listNotifications, preferencesOf } from '../../store/queries/notices';
import type { ApiDeps } from '../deps';
import { pageRequest } from '../paging';
import { sendPage } from './layout';
import { Notifications, Preferences, switchName } from './notifications';
import { causeOrSignIn, field } from './page-caller';

/** `/notifications`: what the person was told, and how they want to be told (SLACK-5, WEB-4). */
export function notificationPages(deps: ApiDeps): Router {
  const { store } = deps;
  const router = Router();

  router.get('/notifications', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause === null) return;
    const userId = requirePerson(cause.actor);
    const cursor = request.query['cursor'];
    const page = pageRequest(typeof cursor === 'string' ? { cursor } : {});
    const shown = await store.acrossTeams((tx) => listNotifications(tx, userId, { unread: false, page }));
    const preferences = (await preferencesOf(store.knex, [userId]))(userId);
    const next = shown.next === null ? null : Buffer.from(shown.next, 'utf8').toString('base64url');
    sendPage(request, response, 'Notifications', ({ csrf }) => [
      Notifications({ csrf, next, notifications: shown.rows }),
      Preferences({ csrf, preferences }),
    ]);
  });

  router.post('/notifications/read', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause === null) return;
    await markNotificationsRead(store, requirePerson(cause.actor), 'all');
    response.redirect(303, '/notifications');
  });

  router.post('/notifications/preferences', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause === null) return;
    const topics = Object.fromEntries(
      TOPICS.map((topic) => [
        topic,
        Object.fromEntries(
          CHANNELS.map((channel) => [channel, field(request, switchName(topic, channel)) === 'on']),
        ),
      ]),
    );
    const wanted = { topics, quietHours: quietHoursIn(request) };
    await setNotificationPreferences(store, requirePerson(cause.actor), wanted);
    response.redirect(303, '/notifications#preferences');
  });
  return router;
}

/** @throws {Refusal} `invalid_request` */
function quietHoursIn(request: Request): QuietHours | null {
  const [from, to, timeZone] = [field(request, 'from'), field(request, 'to'), field(request, 'timeZone')];
  if (from === null && to === null) return null;
  if (from !== null && to !== null && timeZone !== null && from !== to) {
    if (isClockTime(from) && isClockTime(to) && isTimeZone(timeZone)) return { from, to, timeZone };
  }
  const message = 'take two different times of day and a time zone such as Europe/Berlin';
  throw new Refusal('invalid_request', `Quiet hours ${message}.`, {
    errors: [{ path: 'quietHours', message }],
  });
}
