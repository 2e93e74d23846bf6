/** What `GET /metrics` answers, by the name of each figure with its labels as they stand there. */
export async function metricsOf(url: string, init: RequestInit = {}): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line): [string, number] => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}
