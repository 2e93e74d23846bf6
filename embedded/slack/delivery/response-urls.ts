import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { ApiError } from '../api-error';
import { Args } from '../args';
import { acceptsFirst, type Faults, sendFault } from '../faults';
import { newSecret } from '../ids';
import { readContent, removeMessage } from '../methods/chat';
import type { Recorder } from '../record';
import type { SlackState } from '../state';
import type { Channel, Fields, Message, ResponseUrl, User } from '../types';

/** Slack takes five answers within half an hour. */
const USES = 5;
const LIFE_MS = 30 * 60_000;

/** Makes and serves the addresses by which an app answers an interaction. */
export class ResponseUrls {
  /** Where this server is reached, such as `http://127.0.0.1:8055`; set once it listens. */
  base = '';

  constructor(
    private readonly state: SlackState,
    private readonly faults: Faults,
    private readonly recorder: Recorder,
  ) {}

  /** Mints the address for one interaction; `message` is null for a slash command. */
  mint(channel: Channel, user: User, message: Message | null): string {
    const id = newSecret();
    const { clock, responseUrls } = this.state;
    for (const old of responseUrls.all()) {
      if (clock.now() - old.createdAt > LIFE_MS) responseUrls.delete(old.id);
    }
    responseUrls.put(id, {
      id,
      teamId: channel.teamId,
      channel: channel.id,
      userId: user.id,
      messageTs: message?.ts ?? null,
      threadTs: message?.threadTs ?? null,
      uses: 0,
      createdAt: clock.now(),
    });
    return `${this.base}/actions/${channel.teamId}/${id}`;
  }

  /** Serves `POST /actions/<team>/<id>`. */
  router(): Router {
    const router = Router();
    router.use(express.json({ limit: '2mb' }));
    router.post('/:team/:id', (request, response) => this.serve(request, response));
    router.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      response.status(400).json({ ok: false, error: 'invalid_json' });
    });
    return router;
  }

  private serve(request: Request, response: Response): void {
    const body = (request.body ?? {}) as Fields;
    const url = this.usable(String(request.params.team), String(request.params.id));
    const aim = {
      method: 'response_url',
      team: url?.teamId ?? null,
      channel: url?.channel ?? null,
      user: url?.userId ?? null,
    };
    const fault = this.faults.take(aim);
    const works = fault === null || acceptsFirst(fault.kind);
    const result = works ? this.use(url, body) : { status: 0, answer: null };
    const entry = {
      at: this.state.clock.now(),
      method: aim.method,
      team: aim.team,
      args: body,
      status: fault === null || fault.kind === 'slow' ? result.status : 0,
      answer: result.answer,
      fault: fault?.kind ?? null,
      accepted: result.status === 200,
    };
    this.recorder.call(entry);
    if (fault !== null && fault.kind !== 'slow') {
      entry.status = sendFault(fault, response);
      return;
    }
    setTimeout(() => response.status(result.status).json(result.answer), fault?.delayMs ?? 0).unref();
  }

  private usable(team: string, id: string): ResponseUrl | null {
    const url = this.state.responseUrls.get(id);
    if (url?.teamId !== team || url.uses >= USES) return null;
    return this.state.clock.now() - url.createdAt > LIFE_MS ? null : url;
  }

  private use(url: ResponseUrl | null, body: Fields): { status: number; answer: Fields } {
    if (url === null) return { status: 404, answer: { ok: false, error: 'used_url' } };
    try {
      this.apply(url, body);
      this.state.responseUrls.put(url.id, { ...url, uses: url.uses + 1 });
      return { status: 200, answer: { ok: true } };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { status: 400, answer: { ok: false, error: error.code, ...error.details } };
    }
  }

  private apply(url: ResponseUrl, body: Fields): void {
    const original =
      url.messageTs === null ? undefined : this.state.message(url.teamId, url.channel, url.messageTs);
    if (body.delete_original === true) {
      if (original === undefined) throw new ApiError('message_not_found');
      removeMessage(this.state, original);
      return;
    }
    const content = readContent(new Args(body));
    // A slash command leaves no message of ours to replace: the wish has no effect there.
    if (body.replace_original === true && url.messageTs !== null) {
      if (original === undefined) throw new ApiError('message_not_found');
      this.state.putMessage({ ...original, text: '', blocks: [], ...content });
      return;
    }
    postAnswer(this.state, url, content, body.response_type === 'in_channel' ? null : url.userId);
  }
}

/** Posts what an interaction is answered with: to the channel, or to one person only. */
export function postAnswer(
  state: SlackState,
  place: Pick<ResponseUrl, 'teamId' | 'channel' | 'threadTs'>,
  content: Partial<Pick<Message, 'text' | 'blocks' | 'attachments'>>,
  ephemeralTo: string | null,
): Message {
  return state.putMessage({
    teamId: place.teamId,
    channel: place.channel,
    user: state.workspaces.get(place.teamId)?.botUserId ?? '',
    text: '',
    blocks: [],
    ...content,
    ...(place.threadTs === null ? {} : { threadTs: place.threadTs }),
    ...(ephemeralTo === null ? {} : { ephemeralTo }),
    viaResponseUrl: true,
    ts: state.clock.nextTs(),
  });
}
