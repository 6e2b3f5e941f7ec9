import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { settling } from "../../static/js/draw/settle.js";

function listener() {
  mock.timers.enable({ apis: ["setTimeout"] });
  const heard = [];
  return { heard, hear: settling((text) => heard.push(text), { after: setTimeout, clear: clearTimeout }) };
}

test("only what stays is said, and said once", (t) => {
  t.after(() => mock.timers.reset());
  const { heard, hear } = listener();
  hear("I see a cat!");
  hear("I see a dog!");
  mock.timers.tick(1200);
  hear("I see a dog!");
  mock.timers.tick(1200);
  assert.deepEqual(heard, ["I see a dog!"]);
});

test("after silence the same may be said again", (t) => {
  t.after(() => mock.timers.reset());
  const { heard, hear } = listener();
  for (const text of ["I see a cat!", "", "I see a cat!"]) {
    hear(text);
    mock.timers.tick(1200);
  }
  assert.deepEqual(heard, ["I see a cat!", "I see a cat!"]);
});
