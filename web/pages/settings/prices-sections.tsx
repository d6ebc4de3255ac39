import { ModelPricesSection } from './model-prices-section.tsx';
import { RatesSection } from './rates-section.tsx';
import './prices.css';

/** What money is counted by: models, then tools. */
export function PricesSections() {
  return (
    <>
      <ModelPricesSection />
      <RatesSection />
    </>
  );
}
