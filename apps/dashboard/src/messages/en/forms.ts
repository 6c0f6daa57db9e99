/** What is wrong with one field. */
export const forms = {
  required: 'Fill this in.',
  tooShort: (least: number) => `At least ${least} characters.`,
  tooLong: (most: number) => `At most ${most} characters.`,
  tooSmall: (least: number) => `At least ${least}.`,
  tooBig: (most: number) => `At most ${most}.`,
  whole: 'A whole number.',
  tooFew: (least: number) => `Choose at least ${least}.`,
  email: 'An email address, such as ada@example.com.',
  url: 'A full address, such as https://example.com/hooks.',
  format: (said: string) => `This ${said.replace(/\.$/, '')}.`,
  invalid: 'This is not valid.',
};
