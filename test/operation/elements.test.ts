import { v7 as uuid } from 'uuid';
import type { Refusal } from '../../domain/refusal';
import type { ElementType } from '../../domain/roles';
import { changeElementRoles, type RoleChanges } from '../../operations/change-element-roles';
import { createElement } from '../../operations/create-element';
import { createGroup } from '../../operations/create-group';
import { deleteElement } from '../../operations/delete-element';
import { readNewElement } from '../../operations/documents/read-body';
import { etagOf } from '../../operations/documents/read-document';
import { moveElement } from '../../operations/move-element';
import { ensurePersonalWorkspace } from '../../operations/parts/personal-workspace';
import { seeElement } from '../../operations/parts/seen';
import { replaceContent } from '../../operations/replace-content';
import { changeVisibility } from '../../operations/update-workspace';
import { AuditEvent, Workspace, type Element, type Team, type User } from '../../store/models';
import { listElementRoles } from '../../store/queries/element-roles';
import { newestVersion } from '../../store/queries/workspaces';
import { openTestStore, type TestStore } from '../support/database';
import { refusal, refusalOf } from '../support/refusals';
import { byPerson, worldOf } from '../support/world';

const environment = (name: string) =>
  `{"name": ${JSON.stringify(name)},\n  "values": [{"key": "rate", "value": 1.10}]}`;

describe('elements', () => {
  let store: TestStore;
  let world: ReturnType<typeof worldOf>;
  let team: Team;
  let editor: User;
  let viewer: User;
  let workspace: Workspace;

  beforeAll(async () => {
    store = await openTestStore();
    world = worldOf(store);
    team = await world.team();
    editor = await world.member(team.id, ['developer'], { name: 'Edith' });
    viewer = await world.member(team.id, ['developer'], { name: 'Vera' });
    workspace = await world.workspace(team.id, 'team');
    await world.workspaceRole(workspace, editor.id, 'editor');
  });
  afterAll(() => store.close());

  const document = (text: string, type: ElementType = 'environment') =>
    readNewElement(Buffer.from(`{"type": "${type}", "content": ${text}}`)).document;
  const make = (by: User = editor, into: Workspace = workspace, text = environment('Local')) =>
    createElement(store, byPerson(by.id), {
      ...{ id: uuid(), workspaceId: into.id, teamId: into.teamId },
      ...{ type: 'environment', document: document(text) },
    });
  const replace = (element: Element, text: string, ifMatch: string | null = null, by: User = editor) =>
    replaceContent(store, byPerson(by.id), {
      ...{ elementId: element.id, teamId: element.teamId },
      ...{ document: document(text), ifMatch },
    });
  const roleOn = (element: Element, user: User | null) =>
    store.inTeam(element.teamId, async (tx) => {
      const who = user === null ? null : ({ type: 'person', userId: user.id } as const);
      return (await seeElement(tx, element.id, who)).role;
    });

  it('keep their document’s text as it came, digits, order and spaces (SHARE-8)', async () => {
    const { element } = await make();
    expect(element).toMatchObject({ name: 'Local', version: 1, type: 'environment' });
    const { content, etag } = await store.inTeam(team.id, (tx) => newestVersion(tx, element));
    expect(content).toBe(environment('Local'));
    expect(etag).toBe(etagOf(content));
  });

  it('are made by Editors of the workspace, once per id', async () => {
    expect(await refusalOf(make(viewer))).toBe('forbidden');
    expect(await refusalOf(make(await world.user()))).toBe('not_found');
    const input = { id: uuid(), workspaceId: workspace.id, teamId: team.id, type: 'environment' as const };
    const both = [1, 2].map(() =>
      createElement(store, byPerson(editor.id), { ...input, document: document(environment('Once')) }),
    );
    const tries = await Promise.allSettled(both);
    expect(tries.some((tried) => tried.status === 'fulfilled')).toBe(true);
    const again = await createElement(store, byPerson(editor.id), {
      ...input,
      document: document(environment('Once')),
    });
    expect(again.element.id).toBe(input.id);
  });

  it('are also made in an account’s own workspace outside teams, where nobody else comes', async () => {
    const person = await world.user();
    const id = uuid();
    const own = await store.inTeam(null, async (tx) => {
      await ensurePersonalWorkspace(tx, { id, userId: person.id, teamId: null, asOf: new Date() });
      return Workspace.query(tx).findById(id).throwIfNotFound();
    });
    const { element } = await make(person, own);
    expect(await roleOn(element, person)).toBe('editor');
    expect(await refusalOf(roleOn(element, editor))).toBe('not_found');
    const { operation } = await deleteElement(store, byPerson(person.id), {
      ...{ id: uuid(), elementId: element.id, teamId: null },
    });
    expect(operation).toMatchObject({ state: 'completed', teamId: null });
  });

  it('are refused when the document is not what the type says, by path', async () => {
    const wrong = createElement(store, byPerson(editor.id), {
      ...{ id: uuid(), workspaceId: workspace.id, teamId: team.id },
      ...{ type: 'collection', document: document('{"item": []}', 'collection') },
    });
    const { code, extra }: Refusal = await refusal(wrong);
    expect([code, extra.errors?.map((fault) => fault.path)]).toEqual(['invalid_content', ['content.info']]);
  });

  describe('in a new version', () => {
    it('take name and text of the new document', async () => {
      const { element } = await make();
      const after = await replace(element, environment('Staging'));
      expect(after.element).toMatchObject({ name: 'Staging', version: 2 });
      const line = await store.inTeam(team.id, (tx) => AuditEvent.query(tx).orderBy('seq', 'desc').first());
      expect(line).toMatchObject({
        action: 'element.updated',
        before: { version: 1 },
        after: { version: 2 },
      });
    });

    it('are refused to who read an older one, and to Viewers', async () => {
      const { element } = await make();
      const first = etagOf(environment('Local'));
      const { etag } = await replace(element, environment('Two'), `"other", ${first}`);
      expect(await refusalOf(replace(element, environment('Three'), first))).toBe('precondition_failed');
      await replace(element, environment('Three'), etag);
      await replace(element, environment('Four'), '*');
      expect(await refusalOf(replace(element, environment('Five'), null, viewer))).toBe('forbidden');
    });

    it('never lose one of two that replace the same at once', async () => {
      const { element } = await make();
      const first = etagOf(environment('Local'));
      const tries = await Promise.allSettled(
        Array.from({ length: 10 }, (_, n) => replace(element, environment(`Try ${n}`), first)),
      );
      expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(1);
    });
  });

  describe('when moved (WORK-3)', () => {
    const move = (element: Element, to: Workspace, by: User = editor, id = uuid()) =>
      moveElement(store, byPerson(by.id), {
        ...{ id, elementId: element.id, teamId: element.teamId },
        workspaceId: to.id,
      });

    it('take the roles by name along', async () => {
      const { element } = await make();
      const friend = await world.member(team.id, ['billing']);
      await world.elementRole(element, friend.id, 'viewer');
      const target = await world.workspace(team.id, 'private');
      await world.workspaceRole(target, editor.id, 'editor');
      const id = uuid();
      const { operation } = await move(element, target, editor, id);
      expect(operation).toMatchObject({ type: 'element_move', state: 'completed' });
      expect(await roleOn(element, friend)).toBe('viewer');
      expect(await refusalOf(roleOn(element, viewer))).toBe('not_found');
      expect((await move(element, target, editor, id)).operation.id).toBe(id);
      expect(await refusalOf(move(element, target))).toBe('conflict');
    });

    it('need an Editor of both, in one team, and never go into a personal workspace', async () => {
      const { element } = await make();
      const open = await world.workspace(team.id, 'team');
      expect(await refusalOf(move(element, open))).toBe('forbidden');
      expect(await refusalOf(move(element, await world.workspace(team.id, 'private')))).toBe('not_found');
      const own = await world.workspace(team.id, 'personal', editor.id);
      expect(await refusalOf(move(element, own))).toBe('conflict');
      const other = await world.team();
      const foreign = await world.workspace(other.id, 'team');
      await world.join(other.id, editor.id, ['super_admin']);
      await world.workspaceRole(foreign, editor.id, 'admin');
      expect(await refusalOf(move(element, foreign))).toBe('not_found');
    });
  });

  describe('with roles by name', () => {
    const change = (element: Element, changes: Partial<RoleChanges>, by: User = editor) =>
      changeElementRoles(store, byPerson(by.id), {
        ...{ id: uuid(), elementId: element.id, teamId: element.teamId, set: [], remove: [] },
        ...changes,
      });

    it('set and take them, all or nothing, with a line for each change', async () => {
      const { element } = await make();
      const [one, two] = [await world.member(team.id, ['billing']), await world.member(team.id, ['billing'])];
      const { group } = await createGroup(
        store,
        { ...byPerson(editor.id), actor: { type: 'operator' } },
        {
          ...{ id: uuid(), teamId: team.id, name: uuid() },
          memberIds: [two.id],
        },
      );
      const { operation } = await change(element, {
        set: [
          { userId: one.id, role: 'viewer' },
          { groupId: group.id, role: 'editor' },
        ],
      });
      expect(operation.result).toEqual({
        ...{ elementId: element.id, changed: 2 },
        ...{ changedApprovals: [], guestsRemoved: 0, guestsLosingElement: 0 },
      });
      expect([await roleOn(element, one), await roleOn(element, two)]).toEqual(['viewer', 'editor']);
      const failing = change(element, {
        set: [
          { userId: one.id, role: 'editor' },
          { userId: uuid(), role: 'viewer' },
        ],
      });
      expect(await refusalOf(failing)).toBe('invalid_request');
      expect(await roleOn(element, one)).toBe('viewer');
      await change(element, { remove: [{ userId: one.id }, { groupId: group.id }] });
      expect(await refusalOf(roleOn(element, one))).toBe('not_found');
    });

    it('are managed by Editors, not in personal workspaces, and not for guests', async () => {
      const { element } = await make();
      const guest = await world.member(team.id, ['guest']);
      const set = [{ userId: viewer.id, role: 'editor' as const }];
      expect(await refusalOf(change(element, { set }, viewer))).toBe('forbidden');
      const fixed = change(element, { set: [{ userId: guest.id, role: 'viewer' }] });
      expect(await refusalOf(fixed)).toBe('guest_role_fixed');
      const own = await world.workspace(team.id, 'personal', editor.id);
      const { element: mine } = await make(editor, own);
      expect(await refusalOf(change(mine, { set }))).toBe('placement_required');
    });

    it('are listed with those that come through workspace, group and team', async () => {
      const closed = await world.workspace(team.id, 'private');
      await world.workspaceRole(closed, editor.id, 'admin');
      const { element } = await make(editor, closed);
      const [named, guest] = [
        await world.member(team.id, ['billing'], { name: 'Nora' }),
        await world.member(team.id, ['guest'], { name: 'Gus' }),
      ];
      await world.elementRole(element, guest.id, 'guest_viewer');
      const { group } = await createGroup(
        store,
        { ...byPerson(editor.id), actor: { type: 'operator' } },
        {
          ...{ id: uuid(), teamId: team.id, name: 'Readers' },
          memberIds: [named.id],
        },
      );
      await change(element, {
        set: [
          { groupId: group.id, role: 'viewer' },
          { userId: named.id, role: 'editor' },
        ],
      });
      const list = (after: string | null, limit: number, where: Workspace = closed) =>
        store.inTeam(team.id, (tx) => listElementRoles(tx, { element, workspace: where }, { limit, after }));
      const lines = (rows: Awaited<ReturnType<typeof list>>['rows']) =>
        rows.map((row) => `${row.principalType} ${row.name}: ${row.role} via ${row.via}`);
      const all = lines((await list(null, 50)).rows);
      expect([...all].sort()).toEqual([
        'group Readers: viewer via direct',
        'guest Gus: guest_viewer via direct',
        'user Edith: editor via workspace',
        'user Nora: editor via direct',
        'user Nora: viewer via group',
      ]);
      const paged: string[] = [];
      for (let after: string | null = null, more = true; more;) {
        const page: Awaited<ReturnType<typeof list>> = await list(after, 2);
        paged.push(...lines(page.rows));
        after = page.next;
        more = after !== null;
      }
      expect(paged).toEqual(all);
      await changeVisibility(store, byPerson(editor.id), {
        ...{ id: uuid(), workspaceId: closed.id, teamId: team.id, visibility: 'team' },
      });
      const opened = lines((await list(null, 50)).rows);
      expect(opened).toContain('user Vera: viewer via workspace');
      expect(opened).toContain('user Edith: editor via workspace');
    });
  });

  it('in a public workspace are anyone’s to view, without signing in (SHARE-6)', async () => {
    const open = await world.workspace(team.id, 'public');
    await world.workspaceRole(open, editor.id, 'editor');
    const { element } = await make(editor, open);
    expect(await roleOn(element, null)).toBeNull();
    expect(await roleOn(element, await world.user())).toBe('viewer');
    const { element: closed } = await make();
    expect(await refusalOf(roleOn(closed, null))).toBe('not_found');
  });
});
