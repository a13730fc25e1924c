// Requests to the review's server. Every answer is JSON; `message` is a line for the person.

export async function get(path) {
  const answer = await fetch(path);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.message);
  return body;
}

// One request after the other: the second for a drawing must find it where the first put it.
let queue = Promise.resolve();
export let pending = 0;

export function post(path, body) {
  pending += 1;
  const answered = queue.then(async () => {
    let answer;
    try {
      answer = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    } catch {
      throw new Error("the review has ended: start it again");
    }
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.message);
    return found;
  });
  queue = answered.catch(() => {}).finally(() => (pending -= 1));
  return answered;
}
