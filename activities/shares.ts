import { cancellationSignal } from '@temporalio/activity';
import { v7 as uuid } from 'uuid';
import { sharedMail } from '../mail/templates/shared';
import { Approval, Element, GroupMember, Notification, Share, ShareRecipient, User } from '../store/models';
import type { ShareInput } from '../workflows/contracts/share';
import type { ActivityDependencies } from './dependencies';
import { mailEach, type Letter } from './deliver';

/** Activities of the `share` workflow. */
export function shareActivities(deps: ActivityDependencies) {
  const { store, processes, publicUrl } = deps;

  /** Who was given a role, by name or by a group, with the stronger role where both; never the sharer (SHARE-3). */
  const audience = async (share: Share): Promise<ReadonlyMap<string, string>> =>
    store.inTeam(share.teamId, async (tx) => {
      const rows = await ShareRecipient.query(tx).where({ shareId: share.id, outcome: 'shared' });
      const people = new Map<string, string>();
      const add = (userId: string, role: string | null) => {
        if (userId !== share.sharerId && people.get(userId) !== 'editor')
          people.set(userId, role ?? 'viewer');
      };
      for (const { userId, groupId, role } of rows) {
        if (userId !== null) add(userId, role);
        if (groupId === null) continue;
        for (const member of await GroupMember.query(tx).where({ groupId })) add(member.userId, role);
      }
      return people;
    });

  return {
    /**
     * Starts the runs of the share's requests and invitations; those that run already, because the share merged into them,
     * look at their rows again (INVITE-10). @returns how many it started; @throws when Temporal is away
     */
    async startInvites({ shareId, teamId }: ShareInput): Promise<number> {
      const rows = await store.inTeam(teamId, (tx) =>
        Approval.query(tx)
          .whereIn(
            'id',
            ShareRecipient.query(tx).where({ shareId }).whereNotNull('inviteId').select('inviteId'),
          )
          .orderBy('id'),
      );
      const unstarted = rows.filter(({ workflowStartedAt }) => workflowStartedAt === null);
      for (const { id } of unstarted) {
        if (!(await processes.startInvite({ approvalId: id, teamId })))
          throw new Error('Temporal takes no starts now');
      }
      const running = rows.filter((row) => row.workflowStartedAt !== null && row.state === 'pending');
      for (const { id } of running) await processes.requestChanged(id);
      return unstarted.length;
    },

    /** Tells each person once, in the app and by mail. @returns how many */
    async tellRecipients({ shareId, teamId }: ShareInput): Promise<number> {
      const [share, element] = await store.inTeam(teamId, async (tx) => {
        const row = await Share.query(tx).findById(shareId).throwIfNotFound();
        return [row, await Element.query(tx).findById(row.elementId).throwIfNotFound()] as const;
      });
      const sharer =
        share.sharerId === null ? undefined : await User.query(store.knex).findById(share.sharerId);
      const people = await audience(share);
      const users = await User.query(store.knex)
        .whereIn('id', [...people.keys()])
        .orderBy('id');
      const url = new URL(`/e/${element.id}`, publicUrl).href;
      const letters: Letter[] = [];
      for (const { id, email } of users) {
        const told = sharedMail({
          url,
          role: people.get(id) ?? 'viewer',
          message: share.message,
          elementName: element.name,
          elementType: element.type,
          sharerName: sharer?.name ?? 'A service of the team',
        });
        const key = `share:${shareId}:${id}`;
        await store.inTeam(teamId, (tx) =>
          Notification.query(tx)
            .insert({
              id: uuid(),
              userId: id,
              teamId,
              topic: 'shares',
              event: 'element.shared',
              dedupeKey: key,
              title: told.subject,
              body: share.message ?? '',
              url,
              createdAt: store.clock.now(),
            })
            .onConflict('dedupe_key')
            .ignore(),
        );
        stillHere();
        letters.push({ key, teamId, compose: () => Promise.resolve({ to: email, ...told }) });
      }
      await mailEach(deps, letters, stillHere);
      return users.length;
    },
  };
}

/**
 * Between two people: ends the telling when another worker was given it or this one stops.
 * @throws {CancelledFailure}
 */
function stillHere(): void {
  cancellationSignal().throwIfAborted();
}
