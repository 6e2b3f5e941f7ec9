// Says a thing only once it has stayed the same for a while: screen readers should not chatter while somebody draws.

const CALM = 1200; // milliseconds

// say(text) is called with what settled, never twice in a row with the same.
export function settling(say, { after = setTimeout, clear = clearTimeout } = {}) {
  let timer = null;
  let said = "";
  return (text) => {
    clear(timer);
    timer = after(() => {
      if (text && text !== said) say(text);
      said = text;
    }, CALM);
  };
}
