CREATE TABLE `erasures` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`user_id` text,
	`name` text,
	`email` text,
	`started_at_ms` integer NOT NULL,
	`finished_at_ms` integer,
	`due_at_ms` integer,
	`progress` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `erasures_organization` ON `erasures` (`organization_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `erasures_running` ON `erasures` (`organization_id`,`user_id`) WHERE user_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `erasures_due` ON `erasures` (`due_at_ms`) WHERE due_at_ms IS NOT NULL;--> statement-breakpoint
CREATE INDEX `sessions_organization` ON `sessions` (`organization_id`,`id`);