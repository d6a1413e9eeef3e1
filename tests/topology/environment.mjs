/** A variable that ./dev sets for the tests; an error if it does not. */
export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run the tests with ./dev test`);
  return value;
}
