/**
 * The prebuilt voices, with the word that Google's documentation has for each.
 *
 * No call of the API lists them. The list of guide/voices.py; a test compares them.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const VOICES = Object.freeze({
  Zephyr: "bright",
  Puck: "upbeat",
  Charon: "informative",
  Kore: "firm",
  Fenrir: "excitable",
  Leda: "youthful",
  Orus: "firm",
  Aoede: "breezy",
  Callirrhoe: "easy-going",
  Autonoe: "bright",
  Enceladus: "breathy",
  Iapetus: "clear",
  Umbriel: "easy-going",
  Algieba: "smooth",
  Despina: "smooth",
  Erinome: "clear",
  Algenib: "gravelly",
  Rasalgethi: "informative",
  Laomedeia: "upbeat",
  Achernar: "soft",
  Alnilam: "firm",
  Schedar: "even",
  Gacrux: "mature",
  Pulcherrima: "forward",
  Achird: "friendly",
  Zubenelgenubi: "casual",
  Vindemiatrix: "gentle",
  Sadachbia: "lively",
  Sadaltager: "knowledgeable",
  Sulafat: "warm",
});

/** What a session speaks with that names no voice. */
export const DEFAULT_VOICE = "Puck";
