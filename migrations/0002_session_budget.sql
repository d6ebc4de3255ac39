ALTER TABLE `sessions` ADD `budget_limit_micro_usd` integer;--> statement-breakpoint
ALTER TABLE `sessions` ADD `reserved_micro_usd` integer DEFAULT 0 NOT NULL;