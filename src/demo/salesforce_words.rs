//! Salesforce's words: the columns of each object, and the vocabulary of statuses, types and
//! ratings. Leaves the rows to `salesforce`.

use super::case::{Judgement, Side, Stage, Touch};
use super::clerk::Standing;
use super::company::Channel;

/// The columns of `Lead.csv`.
pub const LEAD_COLUMNS: &str = "\
    Id,IsDeleted,FirstName,LastName,Title,Company,State,Country,Phone,Email,LeadSource,\
    Status,Industry,Rating,OwnerId,IsConverted,ConvertedDate,ConvertedAccountId,\
    ConvertedContactId,ConvertedOpportunityId,CreatedDate,LastModifiedDate,Lead_Score__c,\
    MQL_Date__c,Handover_Date__c,SAL_Date__c,SQL_Date__c,Verdict__c,Verdict_Date__c,\
    Rejection_Reason__c,Primary_Campaign__c";
/// The columns of `Opportunity.csv`.
pub const OPPORTUNITY_COLUMNS: &str = "\
    Id,IsDeleted,AccountId,Name,StageName,Amount,Probability,CloseDate,Type,LeadSource,\
    IsClosed,IsWon,CampaignId,OwnerId,CreatedDate,LastModifiedDate,LastStageChangeDate,\
    LastActivityDate,Loss_Reason__c,Product__c";
/// The columns of `OpportunityHistory.csv`.
pub const HISTORY_COLUMNS: &str = "\
    Id,OpportunityId,StageName,Amount,CloseDate,Probability,CreatedDate,CreatedById,\
    IsDeleted";
/// The columns of `Campaign.csv`.
pub const CAMPAIGN_COLUMNS: &str = "\
    Id,IsDeleted,Name,Type,Status,StartDate,EndDate,BudgetedCost,ActualCost,\
    NumberOfResponses,CreatedDate";
/// The columns of `CampaignMember.csv`.
pub const MEMBER_COLUMNS: &str = "\
    Id,IsDeleted,CampaignId,LeadId,ContactId,Status,HasResponded,CreatedDate,\
    FirstRespondedDate";
/// The columns of `Task.csv`.
pub const TASK_COLUMNS: &str = "\
    Id,WhoId,WhatId,OwnerId,Subject,ActivityDate,Status,Type,TaskSubtype,CreatedDate,\
    CompletedDateTime,IsDeleted";
/// The columns of `Account.csv`.
pub const ACCOUNT_COLUMNS: &str = "\
    Id,IsDeleted,Name,Type,BillingCountry,Industry,NumberOfEmployees,CreatedDate";

/// Subject, type and subtype of a task.
pub fn task_words(touch: &Touch) -> (&'static str, &'static str, &'static str) {
    match (touch.side, touch.channel, touch.inbound) {
        (Side::Sales, Channel::Call, _) => ("Call", "Call", "Call"),
        (Side::Sales, Channel::Email, _) => ("Email", "Email", "Email"),
        (Side::Sales, _, _) => ("Meeting", "Meeting", "Task"),
        (Side::Marketing, Channel::Form, _) => ("Form filled", "Form", "Task"),
        (Side::Marketing, Channel::Webinar, _) => ("Webinar attended", "Webinar", "Task"),
        (Side::Marketing, Channel::Ad, _) => ("Ad clicked", "Ad Click", "Task"),
        (Side::Marketing, Channel::Event, _) => ("Stand visited", "Event", "Task"),
        (Side::Marketing, _, true) => ("Email clicked", "Email Click", "Email"),
        (Side::Marketing, _, false) => ("Email sent", "Marketing Email", "Email"),
    }
}

/// Sales' judgement.
pub fn judgement_name(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Accepted => "Accepted",
        Judgement::Rejected => "Rejected",
        Judgement::Recycled => "Recycled",
    }
}

/// A lead's status, in the default vocabulary and `Nurturing`.
pub fn status_name(standing: Standing) -> &'static str {
    match standing {
        Standing::New | Standing::Qualified | Standing::Waiting => "Open - Not Contacted",
        Standing::Working | Standing::Accepted | Standing::SalesQualified => "Working - Contacted",
        Standing::Rejected | Standing::Disqualified => "Closed - Not Converted",
        Standing::Recycled => "Nurturing",
        Standing::OpenDeal | Standing::LostDeal | Standing::Customer => "Closed - Converted",
    }
}

/// A lead's rating by its score.
pub fn rating(score: u64) -> &'static str {
    match score {
        70.. => "Hot",
        40..70 => "Warm",
        _ => "Cold",
    }
}

/// Salesforce's own probability of a stage, in percent.
pub fn probability(stage: Stage) -> u64 {
    match stage {
        Stage::Prospecting | Stage::Qualification => 10,
        Stage::Proposal => 75,
        Stage::Negotiation => 90,
        Stage::Won => 100,
        Stage::Lost => 0,
    }
}
