/** Names of files that hold secrets, as tools know them. The examples that people keep beside them are no secrets. */
const secret: readonly RegExp[] = [
  /^\.env(\..+)?$/,
  /\.env$/,
  /^\.envrc$/,
  /^\.dev\.vars(\..+)?$/,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk)$/,
  /^id_(rsa|dsa|ecdsa|ed25519|ed25519_sk|ecdsa_sk|xmss)([._-].+)?$/,
  /^\.(npmrc|yarnrc|pypirc|netrc|pgpass|my\.cnf|git-credentials|htpasswd|vault-token|s3cfg|boto)$/,
  /^_netrc$/,
  /^credentials(\.(json|ya?ml|toml|ini|csv|txt|xml|db|enc))?$/,
  /^(client_secret|service[-_]?account).*\.json$/,
  /^secrets?\.(json|ya?ml|toml|ini|env|txt|properties)$/,
  /\.(tfstate|tfvars)(\.backup)?$/,
  /^kubeconfig$/,
];
/** Whole folders in which tools keep what lets them in. */
const secretFolder = /(^|\/)(\.ssh|\.aws|\.gnupg|\.kube)\//;
const harmless: readonly RegExp[] = [/\.(example|sample|template|dist|defaults?|ts|js|py|md)$/, /\.pub$/];

/** Whether a file is left out of a snapshot unless asked for: by its name alone, wherever it lies. */
export function isSecret(path: string): boolean {
  const lower = path.toLowerCase();
  if (secretFolder.test(lower)) return true;
  const name = lower.slice(lower.lastIndexOf('/') + 1);
  if (harmless.some((pattern) => pattern.test(name))) return false;
  return secret.some((pattern) => pattern.test(name));
}
