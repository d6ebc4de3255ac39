CREATE TABLE `session_days` (
	`organization_id` text NOT NULL,
	`day` text NOT NULL,
	`project_id` text NOT NULL,
	`user_id` text NOT NULL,
	`agent` text NOT NULL,
	`model` text NOT NULL,
	`events` integer NOT NULL,
	`tool_calls` integer NOT NULL,
	`errors` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`cost_micro_usd` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `day`, `project_id`, `user_id`, `agent`, `model`)
);
--> statement-breakpoint
CREATE TABLE `sessions` (
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
	`refused_count` integer NOT NULL,
	`redaction_count` integer NOT NULL,
	`activity` text NOT NULL,
	`parent_id` text,
	`tags` text NOT NULL,
	`flushed_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sessions_activity` ON `sessions` (`organization_id`,`last_event_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `sessions_status` ON `sessions` (`organization_id`,`status`,`last_event_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `sessions_project` ON `sessions` (`organization_id`,`project_id`,`last_event_at_ms`,`id`);