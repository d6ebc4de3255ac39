CREATE TABLE `retention_reports` (
	`organization_id` text NOT NULL,
	`at_ms` integer NOT NULL,
	`did` text NOT NULL,
	PRIMARY KEY(`organization_id`, `at_ms`)
);
--> statement-breakpoint
CREATE TABLE `trashed_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`external_id` text NOT NULL,
	`project_id` text NOT NULL,
	`user_id` text NOT NULL,
	`agent` text NOT NULL,
	`title` text NOT NULL,
	`status` text NOT NULL,
	`model` text,
	`cwd` text,
	`repository` text,
	`git_branch` text,
	`started_at_ms` integer NOT NULL,
	`ended_at_ms` integer,
	`last_event_at_ms` integer NOT NULL,
	`event_count` integer NOT NULL,
	`tool_call_count` integer NOT NULL,
	`error_count` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`cost_micro_usd` integer NOT NULL,
	`unpriced_calls` integer NOT NULL,
	`budget_limit_micro_usd` integer,
	`reserved_micro_usd` integer DEFAULT 0 NOT NULL,
	`refused_count` integer NOT NULL,
	`redaction_count` integer NOT NULL,
	`activity` text NOT NULL,
	`pending_approvals` integer DEFAULT 0 NOT NULL,
	`parent_id` text,
	`branch` text,
	`outcome` text,
	`tags` text NOT NULL,
	`flushed_seq` integer NOT NULL,
	`costs` text DEFAULT '[]' NOT NULL,
	`settled_costs` text DEFAULT '[]' NOT NULL,
	`imported_at_ms` integer,
	`deleted_at_ms` integer NOT NULL,
	`deleted_by` text
);
--> statement-breakpoint
CREATE INDEX `trashed_sessions_deleted` ON `trashed_sessions` (`organization_id`,`deleted_at_ms`,`id`);--> statement-breakpoint
ALTER TABLE `snapshots` ADD `deleted_at_ms` integer;--> statement-breakpoint
ALTER TABLE `snapshots` ADD `deleted_by` text;--> statement-breakpoint
CREATE INDEX `snapshots_kept` ON `snapshots` (`organization_id`,`created_at_ms`,`id`) WHERE deleted_at_ms IS NULL;--> statement-breakpoint
CREATE INDEX `snapshots_deleted` ON `snapshots` (`organization_id`,`deleted_at_ms`,`id`) WHERE deleted_at_ms IS NOT NULL;--> statement-breakpoint
ALTER TABLE `organizations` ADD `retention_at_ms` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `organizations_retention` ON `organizations` (`retention_at_ms`);