/**
 * Lets the reader choose a microphone and a loudspeaker, among those there are.
 *
 * Browsers name devices only once the microphone has been allowed; before that the
 * menus offer the default alone. The page of chapter 5 uses it.
 */

/**
 * Return the choices of a menu: the default, then every device with a name.
 *
 * @param {{kind: string, deviceId: string, label: string}[]} devices
 * @param {"audioinput" | "audiooutput"} kind
 * @returns {{value: string, text: string}[]}
 */
export function choicesOf(devices, kind) {
  const named = devices.filter(
    (device) =>
      device.kind === kind &&
      device.label &&
      // Chromium lists aliases of the default device beside the devices.
      !["", "default", "communications"].includes(device.deviceId),
  );
  return [
    { value: "", text: "The system's default" },
    ...named.map(({ deviceId, label }) => ({ value: deviceId, text: label })),
  ];
}

/**
 * Fill a menu; what was chosen stays chosen if it is still there.
 *
 * @param {HTMLSelectElement} menu
 * @param {{value: string, text: string}[]} choices
 * @param {string} wanted
 */
export function fillMenu(menu, choices, wanted) {
  menu.replaceChildren(...choices.map(({ value, text }) => new Option(text, value)));
  menu.value = choices.some(({ value }) => value === wanted) ? wanted : "";
}
