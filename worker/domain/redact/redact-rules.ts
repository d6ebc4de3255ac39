/**
 * What a secret looks like. `hint` is a text that every match contains, so that most texts are never searched. A first group in
 * `pattern` is kept in front of the mask.
 *
 * Every pattern is linear: it starts at its hint or at the left edge of a run, its classes do not overlap with what follows
 * them, and what could run long is bounded or the last thing. `test/domain/redact-hostile.test.ts` holds them to it.
 */
export interface RedactionRule {
  name: string;
  hint: string;
  pattern: RegExp;
  /** Who says that secrets look so. */
  source: string;
}

export const redactionRules: readonly RedactionRule[] = [
  // Ours first: an ingest token carries a JWT that the JWT rule would mask only half of.
  rule('flightdeck-token', 'fdi_', /fdi_[\w-]{20,}(?:\.[\w-]{4,}){0,2}/g, 'worker/credentials'),
  rule('flightdeck-token', 'fda_', /fda_[\w-]{20,}/g, 'worker/credentials'),

  // Model providers.
  rule('anthropic-key', 'sk-ant-', /sk-ant-[\w-]{16,}/g, 'https://platform.claude.com/docs/en/api/overview'),
  rule('openai-key', 'sk-proj-', /sk-proj-[\w-]{20,}/g, 'https://platform.openai.com/docs/api-reference/authentication'),
  rule('openai-key', 'sk-svcacct-', /sk-svcacct-[\w-]{20,}/g, 'https://platform.openai.com/docs/api-reference/authentication'),
  rule('openai-key', 'sk-admin-', /sk-admin-[\w-]{20,}/g, 'https://platform.openai.com/docs/api-reference/admin-api-keys'),
  rule('openrouter-key', 'sk-or-v1-', /sk-or-v1-[0-9a-f]{40,}/g, 'https://openrouter.ai/docs/api-reference/authentication'),
  // The old OpenAI form, which many others took over. Without digits it is a CSS class or a file name.
  rule(
    'openai-key',
    'sk-',
    /(?<![\w-])sk-(?=[A-Za-z]{0,40}\d)[A-Za-z0-9]{32,}/g,
    'https://platform.openai.com/docs/api-reference/authentication',
  ),
  rule('google-api-key', 'AIza', /AIza[\w-]{35}/g, 'https://cloud.google.com/docs/authentication/api-keys'),
  rule('google-api-key', 'AQ.Ab', /(?<![\w.-])AQ\.Ab[\w-]{30,}/g, 'https://ai.google.dev/gemini-api/docs/api-key'),
  rule('groq-key', 'gsk_', /gsk_[A-Za-z0-9]{40,}/g, 'https://console.groq.com/docs/api-reference'),
  rule('xai-key', 'xai-', /(?<![\w-])xai-[A-Za-z0-9]{60,}/g, 'https://docs.x.ai/docs/overview'),
  rule('perplexity-key', 'pplx-', /pplx-[A-Za-z0-9]{40,}/g, 'https://docs.perplexity.ai'),
  rule('huggingface-token', 'hf_', /(?<!\w)hf_[A-Za-z]{30,}/g, 'https://huggingface.co/docs/hub/security-tokens'),
  rule('replicate-token', 'r8_', /(?<!\w)r8_[A-Za-z0-9]{37,}/g, 'https://replicate.com/docs/reference/http'),

  // Clouds.
  rule(
    'aws-access-key',
    'AKIA',
    /(?<![A-Za-z0-9])AKIA[A-Z0-9]{16}(?![A-Za-z0-9])/g,
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html',
  ),
  rule(
    'aws-access-key',
    'ASIA',
    /(?<![A-Za-z0-9])ASIA[A-Z0-9]{16}(?![A-Za-z0-9])/g,
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html',
  ),
  rule(
    'aws-bedrock-key',
    'ABSK',
    /(?<![A-Za-z0-9+/])ABSK[A-Za-z0-9+/]{80,}={0,2}/g,
    'https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html',
  ),
  rule('google-oauth-token', 'ya29.', /ya29\.[\w-]{20,}/g, 'https://developers.google.com/identity/protocols/oauth2'),
  rule('google-client-secret', 'GOCSPX-', /GOCSPX-[\w-]{20,}/g, 'https://developers.google.com/identity/protocols/oauth2'),
  rule(
    'azure-storage-key',
    'AccountKey=',
    /(AccountKey=)[A-Za-z0-9+/]{40,}={0,2}/g,
    'https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string',
  ),
  rule(
    'azure-access-key',
    'SharedAccessKey=',
    /(SharedAccessKey=)[A-Za-z0-9+/]{40,}={0,2}/g,
    'https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas',
  ),
  rule(
    'azure-sas',
    'sig=',
    /([?&]sig=)[A-Za-z0-9%+/]{30,}={0,2}/g,
    'https://learn.microsoft.com/azure/storage/common/storage-sas-overview',
  ),
  rule(
    'azure-client-secret',
    'Q~',
    /(?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{31,40}/g,
    'https://learn.microsoft.com/entra/identity-platform/quickstart-register-app',
  ),
  rule(
    'azure-key',
    'JQQJ99',
    /(?<![A-Za-z0-9])[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{10,30}/g,
    'https://learn.microsoft.com/azure/ai-services/authentication',
  ),
  rule(
    'azure-devops-token',
    'AZDO',
    /(?<![A-Za-z0-9])[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}/g,
    'https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate',
  ),
  rule(
    'cloudflare-token',
    'cfut_',
    /cfut_[\w-]{30,}/g,
    'https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/',
  ),
  rule(
    'cloudflare-token',
    'cfat_',
    /cfat_[\w-]{30,}/g,
    'https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/',
  ),
  rule(
    'cloudflare-token',
    'cfk_',
    /(?<!\w)cfk_[\w-]{30,}/g,
    'https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/',
  ),
  rule(
    'cloudflare-origin-key',
    'v1.0-',
    /(?<![\w.-])v1\.0-[0-9a-f]{24}-[0-9a-f]{100,}/g,
    'https://developers.cloudflare.com/fundamentals/api/get-started/ca-keys/',
  ),
  rule('digitalocean-token', '_v1_', /(?<!\w)do[opr]_v1_[0-9a-f]{60,}/g, 'https://docs.digitalocean.com/reference/api/'),
  rule('heroku-key', 'HRKU-', /HRKU-[\w-]{30,}/g, 'https://devcenter.heroku.com/articles/authentication'),
  rule('fly-token', 'FlyV1 ', /FlyV1 fm\d[a-z]?_[A-Za-z0-9+/=_-]{40,}/g, 'https://fly.io/docs/security/tokens/'),
  rule('databricks-token', 'dapi', /(?<!\w)dapi[0-9a-f]{32}/g, 'https://docs.databricks.com/dev-tools/auth/pat.html'),
  rule('vault-token', 'hvs.', /(?<![\w.])hvs\.[\w-]{24,}/g, 'https://developer.hashicorp.com/vault/docs/concepts/tokens'),
  rule(
    'terraform-token',
    '.atlasv1.',
    /(?<!\w)\w{14}\.atlasv1\.[\w-]{60,}/g,
    'https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens',
  ),
  ...['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.'].map((hint) =>
    rule(
      'doppler-token',
      hint,
      new RegExp(`(?<![\\w.])${hint.replaceAll('.', '\\.')}[\\w.-]{40,}`, 'g'),
      'https://docs.doppler.com/docs/service-tokens',
    ),
  ),
  rule(
    'planetscale-token',
    'pscale_',
    /pscale_(?:tkn|pw|oauth)_[\w.-]{32,}/g,
    'https://planetscale.com/docs/api/reference/service-tokens',
  ),
  rule('supabase-key', 'sbp_', /(?<!\w)sbp_[0-9a-f]{40}/g, 'https://supabase.com/docs/reference/api'),
  rule('supabase-key', 'sb_secret_', /sb_secret_[\w-]{20,}/g, 'https://supabase.com/docs/guides/api/api-keys'),

  // Where code lives.
  rule(
    'github-token',
    'github_pat_',
    /github_pat_\w{22,}/g,
    'https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github',
  ),
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((hint) =>
    rule(
      'github-token',
      hint,
      new RegExp(`${hint}[A-Za-z0-9_]{36,}`, 'g'),
      'https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/',
    ),
  ),
  ...['glpat-', 'gloas-', 'gldt-', 'glrt-', 'glrtr-', 'glcbt-', 'glptt-', 'glft-', 'glimt-', 'glagent-', 'glsoat-'].map((hint) =>
    rule('gitlab-token', hint, new RegExp(`${hint}[\\w.-]{20,}`, 'g'), 'https://docs.gitlab.com/security/tokens/'),
  ),
  rule('gitlab-token', 'GR1348941', /GR1348941[\w-]{20,}/g, 'https://docs.gitlab.com/security/tokens/'),
  rule('npm-token', 'npm_', /npm_[A-Za-z0-9]{36}/g, 'https://docs.npmjs.com/about-access-tokens'),
  rule('pypi-token', 'pypi-AgE', /pypi-AgE[\w-]{40,}/g, 'https://docs.pypi.org/'),
  rule('rubygems-key', 'rubygems_', /rubygems_[0-9a-f]{48}/g, 'https://guides.rubygems.org/api-key-scopes/'),
  rule('crates-token', 'cio', /(?<!\w)cio[A-Za-z0-9]{32}(?!\w)/g, 'https://crates.io/settings/tokens'),
  rule('docker-token', 'dckr_', /dckr_[po]at_[\w-]{24,}/g, 'https://docs.docker.com/security/access-tokens/'),
  rule(
    'atlassian-token',
    'ATATT3',
    /ATATT3[\w=-]{80,}/g,
    'https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/',
  ),
  rule('linear-key', 'lin_api_', /lin_api_[A-Za-z0-9]{32,}/g, 'https://linear.app/developers'),
  rule('notion-token', 'ntn_', /(?<!\w)ntn_[A-Za-z0-9]{40,}/g, 'https://developers.notion.com/reference/authentication'),
  rule(
    'postman-key',
    'PMAK-',
    /PMAK-[0-9a-f]{24}-[0-9a-f]{34}/g,
    'https://learning.postman.com/docs/developer/postman-api/authentication/',
  ),
  rule('figma-token', 'figd_', /figd_[\w-]{36,}/g, 'https://developers.figma.com/docs/rest-api/authentication/'),
  rule('sentry-token', 'sntry', /sntry[su]_[\w=+/-]{40,}/g, 'https://docs.sentry.io/account/auth-tokens/'),
  rule('grafana-token', 'glsa_', /glsa_\w{32,}/g, 'https://grafana.com/docs/grafana/latest/administration/service-accounts/'),
  rule('newrelic-key', 'NRAK-', /NRAK-[A-Z0-9]{27}/g, 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/'),

  // Messages, money.
  rule('slack-token', 'xox', /xox[abeoprs](?:\.xox[bp])?-[\w-]{10,}/g, 'https://docs.slack.dev/authentication/tokens'),
  rule('slack-token', 'xapp-', /xapp-\d-[\w-]{10,}/g, 'https://docs.slack.dev/authentication/tokens'),
  rule(
    'slack-webhook',
    'hooks.slack.com/',
    /(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/+-]{20,}/g,
    'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks',
  ),
  rule(
    'discord-webhook',
    '/api/webhooks/',
    /(\/api\/webhooks\/\d{10,20}\/)[\w-]{40,}/g,
    'https://docs.discord.com/developers/resources/webhook',
  ),
  rule('telegram-token', ':AA', /(?<!\d)\d{8,10}:AA[\w-]{32,33}/g, 'https://core.telegram.org/bots/api'),
  rule('stripe-key', '_live_', /(?<![A-Za-z0-9])[sr]k_live_[A-Za-z0-9]{10,}/g, 'https://docs.stripe.com/keys'),
  rule('stripe-key', '_test_', /(?<![A-Za-z0-9])[sr]k_test_[A-Za-z0-9]{10,}/g, 'https://docs.stripe.com/keys'),
  rule('webhook-secret', 'whsec_', /whsec_[A-Za-z0-9+/=]{20,}/g, 'https://docs.stripe.com/webhooks'),
  ...['shpat_', 'shpca_', 'shppa_', 'shpss_'].map((hint) =>
    rule(
      'shopify-token',
      hint,
      new RegExp(`${hint}[0-9a-fA-F]{32}`, 'g'),
      'https://shopify.dev/docs/apps/build/authentication-authorization',
    ),
  ),
  rule(
    'square-token',
    'sq0',
    /(?<!\w)sq0(?:atp|csp)-[\w-]{22,}/g,
    'https://developer.squareup.com/docs/build-basics/access-tokens',
  ),
  rule('twilio-key', 'SK', /(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![A-Za-z0-9])/g, 'https://www.twilio.com/docs/iam/api-keys'),
  rule(
    'sendgrid-key',
    'SG.',
    /(?<!\w)SG\.[\w-]{16,64}\.[\w-]{16,64}/g,
    'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys',
  ),

  // Formats that anybody issues.
  rule('jwt', 'eyJ', /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g, 'RFC 7519'),
  rule('age-key', 'AGE-SECRET-KEY-', /AGE-SECRET-KEY-1[A-Z0-9]{50,}/g, 'https://age-encryption.org/v1'),
  rule(
    'url-password',
    '://',
    /(:\/\/[^\s/?#@:"'<>[\]]{0,128}:)(?!\$\{?\w+\}?@|\*+@|<|\[redacted:)[^\s/"'<>]{1,256}(?=@)/g,
    'RFC 3986, section 3.2.1',
  ),
];

function rule(name: string, hint: string, pattern: RegExp, source: string): RedactionRule {
  return { name, hint, pattern, source };
}
