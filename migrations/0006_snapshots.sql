CREATE TABLE `snapshots` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`project_id` text NOT NULL,
	`session_id` text NOT NULL,
	`name` text,
	`reason` text NOT NULL,
	`seq` integer NOT NULL,
	`git_head` text,
	`file_count` integer NOT NULL,
	`bytes` integer NOT NULL,
	`left_out_count` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `snapshots_session` ON `snapshots` (`organization_id`,`session_id`,`id`);