ALTER TABLE `sessions` ADD `imported_from` text;--> statement-breakpoint
CREATE INDEX `sessions_imported` ON `sessions` (`organization_id`,`imported_from`) WHERE imported_from IS NOT NULL;--> statement-breakpoint
ALTER TABLE `trashed_sessions` ADD `imported_from` text;