/**
 * Cut a text into turns that a model reads aloud well.
 *
 * Long requests get answers that are cut short or made up, so a long text becomes
 * many turns: whole sentences, together no longer than a limit, none across two
 * paragraphs. text_turns.py is its twin, and both are held to the same vectors
 * (tests/vectors/text_turns.json).
 */

/** A conversational model answers what it is told, unless it is told not to. */
export const INSTRUCTION =
  "You are a reader. Read aloud what the user sends, word for word. " +
  "Add nothing and leave nothing out.";

/** Characters; about 25 seconds of speech. */
export const LONGEST_TURN = 400;

const SENTENCE_END = /[.!?…]+["'”’»)\]]*\s+|[。！？]+[”’」』）]*\s*/g;
/** Blanks to Python or to JavaScript alone. */
const ODD_BLANKS = /[\x1c-\x1f\x85\ufeff]/g;
const ABBREVIATIONS = new Set(
  "dr mr mrs ms prof st vs e.g i.e etc no fig vol".split(" "),
);

/**
 * Cut a paragraph after each sentence, but not after "Dr." or an initial.
 *
 * @param {string} paragraph
 * @returns {string[]}
 */
export function sentencesOf(paragraph) {
  const sentences = [];
  let start = 0;
  for (const end of paragraph.matchAll(SENTENCE_END)) {
    const before = paragraph.slice(start, end.index);
    const word = before.slice(before.lastIndexOf(" ") + 1).toLowerCase();
    if (end[0] === ". " && ([...word].length === 1 || ABBREVIATIONS.has(word))) continue;
    const next = end.index + end[0].length;
    sentences.push(paragraph.slice(start, next).trim());
    start = next;
  }
  return [...sentences, paragraph.slice(start).trim()];
}

/**
 * Cut what is too long at a comma, or else at a blank, or else anywhere.
 *
 * @param {string} sentence
 * @param {number} longest
 * @returns {string[]}
 */
export function piecesOf(sentence, longest) {
  const pieces = [];
  let letters = [...sentence]; // counted like Python's, an emoji is one of them
  while (letters.length > longest) {
    const head = letters.slice(0, longest);
    const commas = head.map((one, at) => (",;:".includes(one) && head[at + 1] === " " ? at : -1));
    const ends = [Math.max(...commas) + 1, head.lastIndexOf(" ")];
    const cut = ends.find((end) => end > Math.floor(longest / 4)) ?? longest;
    pieces.push(letters.slice(0, cut).join("").trim());
    letters = [...letters.slice(cut).join("").trim()];
  }
  return [...pieces, letters.join("")];
}

/**
 * Return the text as turns of whole sentences, none across paragraphs.
 *
 * @param {string} text
 * @param {number} [longest]
 * @returns {string[]}
 */
export function turnsOf(text, longest = LONGEST_TURN) {
  const turns = [];
  for (const paragraph of text.replace(ODD_BLANKS, " ").split(/\n\s*\n/)) {
    let turn = "";
    for (const sentence of sentencesOf(paragraph.trim().split(/\s+/).join(" "))) {
      for (const piece of piecesOf(sentence, longest)) {
        if ([...turn].length + 1 + [...piece].length > longest) {
          turns.push(turn);
          turn = "";
        }
        turn = `${turn} ${piece}`.trim();
      }
    }
    turns.push(turn);
  }
  return turns.filter((turn) => /[\p{L}\p{N}]/u.test(turn));
}
