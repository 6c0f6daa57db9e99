/** "webhook_secret.rotated" → "Webhook secret rotated": actions are named to be read. */
export function actionText(action: string): string {
  const words = action.replaceAll(/[._-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
