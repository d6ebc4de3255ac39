import { ErrorBoundary, LocationProvider, Route, Router } from 'preact-iso';
import { Toasts } from './components/toast.tsx';
import { HomePage } from './pages/home-page.tsx';
import { InstalledPage } from './pages/integrations/installed-page.tsx';
import { lazyPage } from './pages/lazy-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { OrganizationPages } from './pages/organization-pages.tsx';

const LoginPage = lazyPage(() => import('./pages/auth/login-page.tsx').then((module) => module.LoginPage));
const SignupPage = lazyPage(() => import('./pages/auth/signup-page.tsx').then((module) => module.SignupPage));
const JoinPage = lazyPage(() => import('./pages/auth/join-page.tsx').then((module) => module.JoinPage));
const PasswordResetPage = lazyPage(() =>
  import('./pages/auth/password-reset-page.tsx').then((module) => module.PasswordResetPage),
);

/** Every address of the client; those under an organization are in OrganizationPages. */
export function App() {
  return (
    <LocationProvider>
      <ErrorBoundary>
        <Router>
          <Route path="/" component={HomePage} />
          <Route path="/login" component={LoginPage} />
          <Route path="/signup" component={SignupPage} />
          <Route path="/join/:secret" component={JoinPage} />
          <Route path="/password-reset/:secret" component={PasswordResetPage} />
          <Route path="/github-app/installed" component={InstalledPage} />
          <Route path="/:org" component={HomePage} />
          <Route path="/:org/*" component={OrganizationPages} />
          <Route default component={NotFoundPage} />
        </Router>
      </ErrorBoundary>
      <Toasts />
    </LocationProvider>
  );
}
