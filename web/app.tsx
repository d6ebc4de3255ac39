import { ErrorBoundary, LocationProvider, Route, Router } from 'preact-iso';
import { Toasts } from './components/toast.tsx';
import { HomePage } from './pages/home-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { OrganizationPages } from './pages/organization-pages.tsx';

/** Every address of the client; those under an organization are in OrganizationPages. */
export function App() {
  return (
    <LocationProvider>
      <ErrorBoundary>
        <Router>
          <Route path="/" component={HomePage} />
          <Route path="/:org" component={HomePage} />
          <Route path="/:org/*" component={OrganizationPages} />
          <Route default component={NotFoundPage} />
        </Router>
      </ErrorBoundary>
      <Toasts />
    </LocationProvider>
  );
}
