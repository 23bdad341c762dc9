interface Rounds<Player, Turn> {
  /** How many count; one more goes before them and only warms up. */
  readonly rounds: number;
  readonly measure: (player: Player) => Promise<Turn>;
  /** A turn in a few words. */
  readonly inWords: (turn: Turn) => string;
  readonly say: (line: string) => void;
  /** Called when the first round that counts begins. */
  readonly onBegin?: () => void;
}

/**
 * Lets all players take their turns, round by round, so that what disturbs the machine disturbs all.
 *
 * @returns the turns that count, by who took them
 */
export async function playRounds<Player extends { readonly name: string }, Turn>(
  players: readonly Player[],
  { rounds, measure, inWords, say, onBegin }: Rounds<Player, Turn>,
): Promise<Map<string, Turn[]>> {
  const turns = new Map<string, Turn[]>(players.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    if (round === 1) onBegin?.();
    const figures: string[] = [];
    for (const player of players) {
      const turn = await measure(player);
      figures.push(`${player.name} ${inWords(turn)}`);
      if (round > 0) turns.get(player.name)!.push(turn);
    }
    say(`${round === 0 ? 'Warm-up' : `Round ${round} of ${rounds}`}: ${figures.join(', ')}`);
  }
  return turns;
}
