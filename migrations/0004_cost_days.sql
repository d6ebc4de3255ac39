CREATE TABLE `cost_days` (
	`organization_id` text NOT NULL,
	`day` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`calls` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`cost_micro_usd` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `day`, `kind`, `name`)
);
--> statement-breakpoint
ALTER TABLE `sessions` ADD `costs` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `settled_costs` text DEFAULT '[]' NOT NULL;