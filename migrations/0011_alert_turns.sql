CREATE TABLE `alert_turns` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`due_at_ms` integer
);
--> statement-breakpoint
CREATE INDEX `alert_turns_due` ON `alert_turns` (`due_at_ms`) WHERE due_at_ms IS NOT NULL;